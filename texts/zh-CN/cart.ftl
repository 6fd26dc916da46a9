cart-not_positive = 数量至少是 1 件。
cart-too_many = 购物车里同一规格最多放 { $most } 件：已有 { $there } 件，又要 { $asked } 件。
cart-full = 购物车最多放 { $most } 种规格，已经满了。先拿出一种再放。
cart-no_line = 购物车里没有这一件，可能已经拿出去了。
