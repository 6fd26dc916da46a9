storefront-plan = { $why }
storefront-drawing = a picture cannot be drawn: { $why }
