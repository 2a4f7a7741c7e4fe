//! Those who publish: another bundle every few days, signed by two people; sometimes something is taken off, or an
//! emergency is on.

use jiff::{SignedDuration, Timestamp};
use playlists::{CalendarDays, Gates, ItemId, Pictures, PlaylistPath, Screen, Validity, Withdrawn};
use protocol::{Contents, Key, Keyring, Role, SignedBundle, SigningKey, TextFile};

use super::{
    dice::Dice,
    machine::{DAY, HOUR, MINUTE},
};

/// What has no times is called so, by those who write it: the simulation does not ask the schedule.
pub(super) const ALWAYS: &str = "always-";

pub(super) struct Publisher {
    pub(super) screen: Screen,
    version: u64,
    last: Option<SignedBundle>,
}

impl Publisher {
    pub(super) fn new(time_zone: &str) -> Self {
        let gates = format!(
            "[[gate]]\nname.vi = 'Cửa khẩu'\nname.en = 'Gate'\ntime-zone = '{time_zone}'\nplace = '12.00 N, 106.50 E'\n\
             [[gate.screen]]\nid = 'gate-one'\nsize = '192x64'\nprofile = 'plaza'\n\
             languages = ['vi', 'en']\nlayout = 'rotate'\n"
        );
        let screen = Gates::parse("gates", &gates).unwrap().screens.into_values().next().unwrap();
        Self { screen, version: 0, last: None }
    }

    /// Everything anew.
    pub(super) fn publishes(&mut self, now: i64, emergency: bool, dice: &mut Dice) -> SignedBundle {
        let created = Timestamp::from_nanosecond(now.into()).unwrap();
        self.version += 1;
        let mut week = Week {
            zone: self.screen.gate.time_zone.clone(),
            created,
            files: Vec::new(),
            rules: String::new(),
        };
        week.write(emergency, dice);
        let text = format!(
            "[schedule]\nname = 'Lịch'\ndefault = 'default.toml'\npriority-share = '{}m'\n{}",
            dice.between(5, 50),
            week.rules
        );
        let until = created + SignedDuration::from_nanos(dice.between(3 * DAY, 40 * DAY));
        let bundle = SignedBundle::draft(&Contents {
            screen: self.screen.clone(),
            version: self.version,
            created,
            validity: Validity { from: created, until },
            playlists: week.files,
            schedule: Some(TextFile { file: path("schedule.toml"), text }),
            calendars: CalendarDays::new(),
            withdrawn: Vec::new(),
            pictures: Pictures::new(),
            fonts: Vec::new(),
        });
        self.signed(bundle)
    }

    /// The same, but an item is taken off.
    pub(super) fn withdraws(&mut self, now: i64, dice: &mut Dice) -> Option<SignedBundle> {
        let (playlist, items) =
            self.last.as_ref()?.items().unwrap().swap_remove(usize::from(dice.happens(50)));
        let item: ItemId = dice.one_of(&items.iter().collect::<Vec<_>>()).clone();
        let withdrawn = Withdrawn { playlist, item: Some(item) };
        self.version += 1;
        let created = Timestamp::from_nanosecond(now.into()).unwrap();
        let bundle = self.last.as_ref()?.withdrawing(withdrawn, self.version, created).unwrap();
        Some(self.signed(bundle))
    }

    fn signed(&mut self, mut bundle: SignedBundle) -> SignedBundle {
        for role in Role::OF_BUNDLE {
            bundle.sign(role, &key(role));
        }
        self.last = Some(bundle.clone());
        bundle
    }
}

pub(super) fn key(role: Role) -> SigningKey {
    SigningKey::from_seed(&[role as u8 + 1; 32])
}

pub(super) fn keyring() -> Keyring {
    let keys = Role::ALL
        .map(|role| Key { person: format!("person-{role}"), role, public: key(role).public() }.to_toml());
    Keyring::parse("keyring", &format!("root-threshold = 1\n{}", keys.concat())).unwrap()
}

fn path(name: &str) -> PlaylistPath {
    PlaylistPath::parse(name).unwrap()
}

/// What is written for some days.
struct Week {
    zone: jiff::tz::TimeZone,
    created: Timestamp,
    files: Vec<TextFile>,
    rules: String,
}

impl Week {
    fn write(&mut self, emergency: bool, dice: &mut Dice) {
        self.playlist("default", ALWAYS, "", dice);
        self.playlist("plain", ALWAYS, "", dice);
        if dice.happens(60) {
            self.rule("plain", &format!("weight = {}", dice.between(1, 4)));
        }
        self.playlist("day", "day-", "", dice);
        let [opens, closes] = [dice.between(4, 9), dice.between(16, 24)];
        self.rule(
            "day",
            &format!("hours = '{opens:02}:00-{closes:02}:30'\nexcept = ['12-25', 'lunar 01-02']"),
        );
        self.playlist("night", "night-", "", dice);
        let nights = dice.one_of(&["sat-sun", "mon-fri", "fri"]);
        self.rule("night", &format!("weekdays = '{nights}'\nhours = '22:{:02}-04:10'", dice.between(0, 60)));
        self.playlist("evening", "evening-", "level = 'priority'", dice);
        self.rule("evening", "weekdays = 'mon-fri'\nhours = 'sunset-30m-22:00'");
        self.playlist(
            "moon",
            "moon-",
            "days = ['lunar 12-23..01-07', 'lunar 01-15', 'lunar 07-15', 'lunar 10-01..10-20']",
            dice,
        );
        self.rule("moon", "weight = 2");
        let term = format!(
            "from = '{}'\nuntil = '{}'",
            self.in_(dice.between(0, DAY)),
            self.in_(dice.between(2 * DAY, 9 * DAY))
        );
        self.playlist("term", "term-", &term, dice);
        self.rule("term", "");
        if emergency {
            self.playlist("emergency", "emergency-", "level = 'emergency'", dice);
            let until = self.in_(dice.between(20 * MINUTE, 6 * HOUR));
            self.rule("emergency", &format!("until = '{until}'"));
        }
    }

    /// A moment on the gate's wall clock, so long from now.
    fn in_(&self, wait: i64) -> String {
        let moment = self.created + SignedDuration::from_nanos(wait);
        self.zone.to_datetime(moment).strftime("%Y-%m-%d %H:%M").to_string()
    }

    fn rule(&mut self, playlist: &str, when: &str) {
        self.rules.push_str(&format!("[[rule]]\nplaylist = '{playlist}.toml'\n{when}\n"));
    }

    fn playlist(&mut self, name: &str, items: &str, head: &str, dice: &mut Dice) {
        let mut text = format!("[playlist]\nname = '{name}'\nlanguages = ['vi', 'en']\n{head}\n");
        for n in 1..=dice.between(2, 5) {
            let seconds = dice.between(50, 280);
            let (minutes, seconds) = (seconds / 60, seconds % 60);
            text.push_str(&format!(
                "[[item]]\nid = '{items}{n}'\nduration = '{minutes}m{seconds}s'\ntext.vi = 'Chào {n}'\ntext.en = 'Welcome {n}'\n"
            ));
        }
        if name == "plain" {
            let soon = self.in_(dice.between(HOUR, 5 * DAY));
            text.push_str(&format!(
                "[[item]]\nid = 'count'\nduration = '1m'\ntext.vi = 'Còn'\ntext.en = 'Until'\ncountdown = '{soon}'\n\
                 [[item]]\nid = 'noon'\nduration = '1m'\nhours = '11:00-13:00'\ntext.vi = 'Trưa'\ntext.en = 'Noon'\n"
            ));
        }
        self.files.push(TextFile { file: path(&format!("{name}.toml")), text });
    }
}
