// The worker as it is deployed, with a word in the log for every statement of
// its rooms that writes rows, and for all else that the platform counts as such.
import * as worker from "./index.js";

const say = (rows, what) => console.log(JSON.stringify({ rows, what }));

let watched = false;

function watch(storage) {
  if (watched) return;
  watched = true;
  const sql = Object.getPrototypeOf(storage.sql);
  const { exec } = sql;
  sql.exec = function (query, ...values) {
    const cursor = exec.call(this, query, ...values);
    // A statement that writes has done so by now; what it gives is read later.
    if (cursor.rowsWritten > 0) {
      say(cursor.rowsWritten, query.trim().split(/[\s(;]+/).slice(0, 4).join(" "));
    }
    return cursor;
  };
  const own = Object.getPrototypeOf(storage);
  for (const [name, rows] of [["setAlarm", 1], ["deleteAlarm", 0], ["deleteAll", 0]]) {
    const before = own[name];
    own[name] = function (...words) {
      say(rows, name);
      return before.apply(this, words);
    };
  }
}

const counted = (room) =>
  new Proxy(room, {
    construct(target, words, self) {
      watch(words[0].storage);
      return Reflect.construct(target, words, self === undefined ? target : self);
    },
  });

export const CallRoom = counted(worker.CallRoom);
export const AccountRoom = counted(worker.AccountRoom);
export const OperatorCallRoom = counted(worker.OperatorCallRoom);
export default worker.default;
