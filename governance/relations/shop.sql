-- A row for each shop: what it is called, since when it trades, what it sells and who is behind it.
select shop, subject as id, external_id, name, at as opened_at, industry, kind
from shop_opened
