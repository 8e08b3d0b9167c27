"""Fitting what the product ships with, on the data sets of `../shared/datasets`; never imported by it."""
