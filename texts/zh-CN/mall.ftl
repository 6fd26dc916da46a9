mall-changed = 价格变了，请再看一眼。
