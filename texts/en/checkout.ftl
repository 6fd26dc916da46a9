checkout-changed = the price has changed: look at it again
