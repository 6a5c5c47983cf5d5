"""What each agency records of the simulated world and the files it delivers, one module per feed."""
