"""Pages of the portal: what customers see."""
