-- A database as version 0001 made it: two notices, three revisions of two changes, two polls, a key.
CREATE TABLE keys (
	sha256 TEXT NOT NULL, 
	name TEXT NOT NULL, 
	created TEXT NOT NULL, 
	revoked TEXT, 
	PRIMARY KEY (sha256)
);
INSERT INTO "keys" VALUES('0000000000000000000000000000000000000000000000000000000000000000','editor','2024-09-30T16:00:00.000000+00:00',NULL);
CREATE TABLE notices (
	id TEXT NOT NULL, 
	source TEXT NOT NULL, 
	published DATE NOT NULL, 
	added TEXT NOT NULL, 
	record TEXT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "notices" VALUES('notice-1','test','2024-10-20','2024-10-20T04:00:00.000000+00:00','{"id":"notice-1","source":"test","url":null,"published":"2024-10-20","title":"津蓟高速两站封闭","publisher":"示例日报","text":"津蓟高速公路津榆路站、天津站10月21日至12月31日封闭。","offset":0}');
INSERT INTO "notices" VALUES('notice-2','test','2024-10-25','2024-10-25T01:00:00.000000+00:00','{"id":"notice-2","source":"test","url":null,"published":"2024-10-25","title":null,"publisher":null,"text":"津榆路站封闭延长至1月15日。","offset":0}');
CREATE TABLE polls (
	id INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	at TEXT NOT NULL, 
	error TEXT, 
	notices INTEGER NOT NULL, 
	revisions INTEGER NOT NULL, 
	etag TEXT, 
	last_modified TEXT, 
	digest TEXT, 
	PRIMARY KEY (id)
);
INSERT INTO "polls" VALUES(1,'inbox','2024-10-20T04:00:00.000000+00:00',NULL,1,2,'"a"',NULL,NULL);
INSERT INTO "polls" VALUES(2,'inbox','2024-10-20T04:05:00.000000+00:00','expected a page, found nothing',0,0,NULL,NULL,NULL);
CREATE TABLE records (
	position INTEGER NOT NULL, 
	record TEXT NOT NULL, 
	PRIMARY KEY (position), 
	FOREIGN KEY(position) REFERENCES revisions (position)
);
INSERT INTO "records" VALUES(1,'{"id":"cubbewfj77scy2dx","revision":0,"kind":"station_closure","action":"announce","road":{"name":"津蓟高速公路","number":"S1"},"station":{"name":"津榆路站","qualifier":null},"service_area":null,"junction":null,"structure":null,"segment":null,"direction":null,"access":"both","lanes":null,"validity":{"start":"2024-10-21T00:00:00+08:00","end":"2025-01-01T00:00:00+08:00","start_basis":"stated","end_basis":"stated","windows":[]},"vehicles":[],"exempt":[],"limits":null,"contraflow":false,"detours":[],"relocation":null,"renamed_to":null,"reason":null,"advice":[],"notice":{"id":"notice-1","title":"津榆路站封闭","publisher":"示例日报","published":"2024-10-20","url":null},"evidence":[],"flags":[]}');
INSERT INTO "records" VALUES(2,'{"id":"73fsw4u2luh6b3qc","revision":0,"kind":"station_closure","action":"announce","road":{"name":"津蓟高速公路","number":"S1"},"station":{"name":"天津站","qualifier":null},"service_area":null,"junction":null,"structure":null,"segment":null,"direction":null,"access":"entry","lanes":null,"validity":{"start":"2024-10-21T00:00:00+08:00","end":"2025-01-01T00:00:00+08:00","start_basis":"stated","end_basis":"stated","windows":[]},"vehicles":[],"exempt":[],"limits":null,"contraflow":false,"detours":[],"relocation":null,"renamed_to":null,"reason":null,"advice":[],"notice":{"id":"notice-1","title":"津榆路站封闭","publisher":"示例日报","published":"2024-10-20","url":null},"evidence":[],"flags":[]}');
INSERT INTO "records" VALUES(3,'{"id":"cubbewfj77scy2dx","revision":1,"kind":"station_closure","action":"extend","road":{"name":"津蓟高速公路","number":"S1"},"station":{"name":"津榆路站","qualifier":null},"service_area":null,"junction":null,"structure":null,"segment":null,"direction":null,"access":"both","lanes":null,"validity":{"start":"2024-10-21T00:00:00+08:00","end":"2025-01-16T00:00:00+08:00","start_basis":"stated","end_basis":"stated","windows":[]},"vehicles":[],"exempt":[],"limits":null,"contraflow":false,"detours":[],"relocation":null,"renamed_to":null,"reason":null,"advice":[],"notice":{"id":"notice-2","title":null,"publisher":null,"published":"2024-10-25","url":null},"evidence":[],"flags":[]}');
CREATE TABLE revisions (
	position INTEGER NOT NULL, 
	change_id TEXT NOT NULL, 
	sequence INTEGER NOT NULL, 
	notice_id TEXT NOT NULL, 
	recorded TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	site TEXT, 
	road TEXT, 
	road_number TEXT, 
	station TEXT, 
	qualifier TEXT, 
	station_id TEXT, 
	access TEXT, 
	cancelled BOOLEAN NOT NULL, 
	lasting BOOLEAN NOT NULL, 
	after_works BOOLEAN NOT NULL, 
	start TEXT, 
	"end" TEXT, 
	published TEXT NOT NULL, 
	expires TEXT, 
	words TEXT NOT NULL, 
	PRIMARY KEY (position), 
	CONSTRAINT revisions_of_change UNIQUE (change_id, sequence), 
	FOREIGN KEY(notice_id) REFERENCES notices (id)
);
INSERT INTO "revisions" VALUES(1,'cubbewfj77scy2dx',0,'notice-1','2024-10-20T04:00:00.000000+00:00','station_closure','station:津榆路','津蓟高速','S1','津榆路',NULL,'xfzs4rcnkjpy','both',0,0,0,'2024-10-20T16:00:00.000000+00:00','2024-12-31T16:00:00.000000+00:00','2024-10-19T16:00:00.000000+00:00','2024-12-31T16:00:00.000000+00:00','津蓟高速公路
津榆路站
s1
津榆路站封闭
示例日报');
INSERT INTO "revisions" VALUES(2,'73fsw4u2luh6b3qc',0,'notice-1','2024-10-20T04:00:00.000000+00:00','station_closure','station:天津','津蓟高速','S1','天津',NULL,'6jbkoaqcyohj','entry',0,0,0,'2024-10-20T16:00:00.000000+00:00','2024-12-31T16:00:00.000000+00:00','2024-10-19T16:00:00.000000+00:00','2024-12-31T16:00:00.000000+00:00','津蓟高速公路
天津站
s1
津榆路站封闭
示例日报');
INSERT INTO "revisions" VALUES(3,'cubbewfj77scy2dx',1,'notice-2','2024-10-25T01:00:00.000000+00:00','station_closure','station:津榆路','津蓟高速','S1','津榆路',NULL,'xfzs4rcnkjpy','both',0,0,0,'2024-10-20T16:00:00.000000+00:00','2025-01-15T16:00:00.000000+00:00','2024-10-24T16:00:00.000000+00:00','2025-01-15T16:00:00.000000+00:00','津蓟高速公路
津榆路站
s1');
CREATE TABLE tollfeed_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT tollfeed_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "tollfeed_version" VALUES('0001');
CREATE INDEX revisions_by_site ON revisions (site, position);
CREATE INDEX revisions_by_road ON revisions (road, position);
CREATE INDEX revisions_by_road_number ON revisions (road_number, position);
CREATE INDEX revisions_by_station ON revisions (station, position);
CREATE INDEX revisions_by_station_id ON revisions (station_id, position);
CREATE INDEX polls_by_source ON polls (source, id);
