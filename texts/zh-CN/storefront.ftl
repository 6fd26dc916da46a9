storefront-plan = { $why }
storefront-drawing = 图片画不出来：{ $why }
