api_key-nothing = 密钥至少要有一项权限。
api_key-ungrantable = 程序的密钥不能有这项权限。
api_key-name = 密钥的名字要 1 到 60 个字。
api_key-ended = 密钥的到期时间要晚于现在。
api_key-crowded = 在用的密钥太多，请先吊销一个。
api_key-closed = 这个密钥打不开任何东西：吊销了、到期了，或者从来没有过。
api_key-no_key = 这里没有这个在用的密钥。
