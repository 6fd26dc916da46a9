stock-codes = { $sku } is delivered as codes: its stock is its pool of codes, it is no part of a kit and is not back-ordered
