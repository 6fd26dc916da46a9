stock-codes = { $sku } is a digital variant: its stock is its pool of codes, it is no part of a kit and is not back-ordered
