"""Every address of the product, tried by everybody: which doors open to whom, and what is to be seen behind them."""
