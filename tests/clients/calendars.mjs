// What two calendar programs show of calendars: {name: text} on standard input, {client: {name: [occurrence]}} out.
// An occurrence is {uid, title, begin, end, cancelled, alarms}; a day is "2024-10-21", a time is milliseconds,
// an alarm is the text of its TRIGGER.
import { readFileSync } from 'node:fs';
import ICAL from 'ical.js';
import ical from 'node-ical';

const MANY = 2000; // more occurrences than any calendar here has: one that repeats for ever is cut

const day = (year, month, date) => [year, month, date].map((part) => String(part).padStart(2, '0')).join('-');

// As Thunderbird does: VTIMEZONEs of the file, then each event's own iterator.
function icalJs(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  ICAL.TimezoneService.reset();
  calendar.getAllSubcomponents('vtimezone').forEach((zone) => ICAL.TimezoneService.register(zone));
  const moment = (time) => (time.isDate ? day(time.year, time.month, time.day) : time.toUnixTime() * 1000);
  return calendar.getAllSubcomponents('vevent').flatMap((component) => {
    const event = new ICAL.Event(component);
    const alarms = component.getAllSubcomponents('valarm').map((alarm) => alarm.getFirstPropertyValue('trigger'));
    const iterator = event.iterator();
    const shown = [];
    for (let begin = iterator.next(); begin && shown.length < MANY; begin = iterator.next()) {
      const { startDate, endDate } = event.getOccurrenceDetails(begin);
      shown.push({
        uid: event.uid,
        title: event.summary,
        begin: moment(startDate),
        end: moment(endDate),
        cancelled: component.getFirstPropertyValue('status') === 'CANCELLED',
        alarms: alarms.map((trigger) => trigger.toICALString()),
      });
    }
    return shown;
  });
}

function nodeIcal(text) {
  const moment = (date) =>
    date.dateOnly ? day(date.getFullYear(), date.getMonth() + 1, date.getDate()) : date.getTime();
  const all = { from: new Date(0), to: new Date(Date.UTC(2100, 0)), expandOngoing: true };
  return Object.values(ical.sync.parseICS(text))
    .filter((component) => component.type === 'VEVENT')
    .flatMap((event) =>
      ical.expandRecurringEvent(event, all).map(({ start, end }) => ({
        uid: event.uid,
        title: event.summary,
        begin: moment(start),
        end: moment(end),
        cancelled: event.status === 'CANCELLED',
        alarms: (event.alarms ?? []).map(({ trigger }) => trigger.val ?? trigger),
      })),
    );
}

const calendars = Object.entries(JSON.parse(readFileSync(0, 'utf8')));
const read = (parse) => Object.fromEntries(calendars.map(([name, text]) => [name, parse(text)]));
process.stdout.write(JSON.stringify({ 'ical.js': read(icalJs), 'node-ical': read(nodeIcal) }));
