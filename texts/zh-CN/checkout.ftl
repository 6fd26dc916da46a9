checkout-changed = 价格刚才变了，看过新的再付。
