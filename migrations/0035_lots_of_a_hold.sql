-- Of which lots a hold is, in the order in which they are spent, so that the charge at the end of a run, which somebody
-- waits for, need not ask the entries. Null for holds of before: of those the entries tell, as they do for refunds.
-- What is written here is proven against the entries by `server ledger verify`.
alter table holds add column lots uuid[], add column parts bigint[];
comment on column holds.lots is 'The accounts of the lots that the hold is of.';
comment on column holds.parts is 'How much of each lot, micro-USD. They sum to the amount.';
