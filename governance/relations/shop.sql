-- A row for each shop: what it is called and since when it trades.
select shop, subject as id, external_id, name, at as opened_at
from shop_opened
