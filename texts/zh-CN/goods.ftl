goods-not_digital = 这个规格要发快递，不能用卡密或文件交付。
goods-code = 第 { $line } 行的卡密读不了：1 到 { $most } 个字，不能有控制字符。
goods-file = 文件要 1 字节到 { $most } MB。
goods-name = 文件名要 1 到 { $most } 个字。
goods-lack = 卡密不够：要 { $wanted } 个，只有 { $there } 个。
goods-not_delivered = 这个订单还没有交付，看不了。
