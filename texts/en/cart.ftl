cart-not_positive = { $quantity } units cannot be put into a cart: write 1 or more
cart-too_many = a cart holds at most { $most } units of one variant: yours has { $there }, and you want { $asked } more
cart-full = a cart holds at most { $most } different variants, and yours is full: take one out first
cart-no_line = { $sku } is not in the cart
