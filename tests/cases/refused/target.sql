create table firm (id text primary key, name text, extra text default 'ours', check (name <> 'forbidden'));
create table person (id text primary key, name text not null, email text unique, firm_id text references firm (id), buddy_id text references firm (id));
create trigger no_zed before insert on person when new.name = 'Zed' begin select raise(abort, 'people called Zed are not wanted'); end;
insert into person (id, name, email) values ('0', 'Was here', 'taken@example.com');
