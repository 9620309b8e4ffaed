"""Pages of the desk that belong to no module: they show records of all of them."""
