create table account (id text primary key, name text not null, email text, phone text, note text, no_mail boolean);
insert into account values
  ('A-1', 'ACME',        'info@acme.example',   null,             '',               false),
  ('A-2', 'Beta',        'Office@Beta.example', '617 555 0141',   'a good customer', false),
  ('A-3', 'Gamma Corp.', 'hello@gamma.example', '(212) 555-0147', null,             false),
  ('A-4', 'Delta',       'twin@delta.example',  null,             null,             false),
  ('A-5', 'Delta Inc.',  'TWIN@delta.example',  null,             null,             false),
  ('A-6', 'Zeta',        'zeta@zeta.example',   null,             null,             true);
create table contact (
  id integer primary key, account_id text references account, given_name text, family_name text, email text,
  phone text, postcode text, city text, reports_to integer references contact, owner text not null default 'nobody');
insert into contact (id, account_id, given_name, family_name, email, phone, postcode, city, owner) values
  (7,  'A-1', 'Ann',    'Miller-Jones', 'ann@acme.example', null,             null,    null,      'eve'),
  (12, null,  'Bob',    'Fetherstone',  null,               '(413) 555-0162', '01002', 'Amherst', 'eve'),
  (30, 'A-6', 'Ida',    'Sun',          'ida@zeta.example', null,             null,    null,      'eve');
