-- Nothing: that it has run tells that all before it on the connection has.
select 1
