-- Plain posts go through an append-only log: one row a node, written once, never changed or deleted
-- one by one. How far a node has acknowledged is one number a node. The log is a ring of parts; a
-- part in which every node is past its rows is emptied in one go. What a node leaves unread for
-- long is moved to tmtp.message and tmtp.queue, which also keep all that is not plain.

create table tmtp.mark (
    node bigint primary key references tmtp.node on delete cascade,
    acked bigint not null default 0
) with (fillfactor = 40);
comment on table tmtp.mark is 'How far each node has read the log.';
comment on column tmtp.mark.node is 'Whose mark.';
comment on column tmtp.mark.acked is 'The last message of the log that the node has acknowledged; all before it are too.';
insert into tmtp.mark (node) select n.id from tmtp.node n;

create table tmtp.log (
    slot smallint not null,
    node bigint not null,
    id bigint not null,
    header bytea not null,
    data bytea not null
) partition by list (slot);
alter table tmtp.log alter column data set storage external;
alter table tmtp.log alter column header set storage plain;
create table tmtp.log_0 partition of tmtp.log for values in (0);
create table tmtp.log_1 partition of tmtp.log for values in (1);
create table tmtp.log_2 partition of tmtp.log for values in (2);
create table tmtp.log_3 partition of tmtp.log for values in (3);
create index log_place on tmtp.log (node, id);

do $$
declare
    part text;
begin
    foreach part in array '{log,log_0,log_1,log_2,log_3}'::text[] loop
        execute format('comment on table tmtp.%I is %L', part,
            'Messages to nodes, in the order in which they were committed; ' ||
            case part when 'log' then 'a ring of parts.' else 'one part of the ring.' end);
        execute format('comment on column tmtp.%I.slot is %L', part, 'Which part of the ring.');
        execute format('comment on column tmtp.%I.node is %L', part, 'Whose message; of the log it has those behind its mark.');
        execute format('comment on column tmtp.%I.id is %L', part, 'Its id in the protocol; a node''s rise in the order of commits.');
        execute format('comment on column tmtp.%I.header is %L', part, 'Its frame without the data: four digits and JSON, headsum included.');
        execute format('comment on column tmtp.%I.data is %L', part, 'All of its data.');
        execute format('grant select, insert, delete on tmtp.%I to tmtpd_app', part);
    end loop;
end
$$;
grant truncate on tmtp.log_0, tmtp.log_1, tmtp.log_2, tmtp.log_3 to tmtpd_app;
grant select, insert, update on tmtp.mark to tmtpd_app;
