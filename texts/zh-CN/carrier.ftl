carrier-unknown = 没有“{ $carrier }”这个承运商，请从列表里选：{ $known }。
carrier-bad_number = { $number } 不是{ $zh }的运单号，请对照面单；它的运单号像 { $example }。
carrier-bad_file = 第 { $line } 行：{ $what }
