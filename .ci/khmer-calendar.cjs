// What momentkh makes of the Khmer calendar, a year a key: the moment of the new year and how many days it has, and
// the first day of 14 roach Photrobot, of 14 keit Kadeuk, and of 15 keit and 4 roach Pisakh.
//
//     NODE_PATH=… node khmer-calendar.cjs FIRST LAST

const momentkh = require("@thyrith/momentkh")(require("moment"));
const newYear = require("@thyrith/momentkh/getSoriyatraLerngSak");

// As momentkh counts months, from Mikasir, and days, from 0.
const PISAKH = 5, PHOTROBOT = 9, KADEUK = 11;
const ASKED = { visak: [PISAKH, 14], ploughing: [PISAKH, 18], pchumBen: [PHOTROBOT, 28], waterFestival: [KADEUK, 13] };

const [first, last] = process.argv.slice(2).map(Number);
const years = {};
for (let year = first; year <= last; year++) {
    const found = {
        newYear: momentkh.getKhNewYearMoment(year).format("YYYY-MM-DD HH:mm"),
        // Where the sun enters Aries three days before Lerng Sak, the new year has four.
        newYearDays: newYear(year - 638).newYearsDaySotins[0].angsar === 0 ? 4 : 3,
    };
    for (const day = momentkh([year, 2, 20]); day.year() === year; day.add(1, "day")) {
        const month = day.khMonth(), of = day.khDay();
        for (const [name, [itsMonth, itsDay]] of Object.entries(ASKED)) {
            if (month === itsMonth && of === itsDay) found[name] = day.format("YYYY-MM-DD");
        }
    }
    years[year] = found;
}
console.log(JSON.stringify(years, null, 1));
