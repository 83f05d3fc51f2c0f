-- Once at start: which parts of the log have rows.
select exists (select from tmtp.log_0), exists (select from tmtp.log_1), exists (select from tmtp.log_2),
    exists (select from tmtp.log_3)
