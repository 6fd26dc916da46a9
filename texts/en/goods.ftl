goods-not_digital = { $sku } is shipped: it is not delivered as codes or a file
goods-code = the code in line { $line } must have 1 to { $most } characters, none of them a control character
goods-file = a file must have from 1 byte to { $most } MB
goods-name = a file's name must have 1 to { $most } characters
goods-lack = the pool of { $sku } has { $there } codes, and { $wanted } are wanted
goods-not_delivered = order { $order } was not delivered: there is nothing to see yet
