//! Commands that no host should send.

/// `count` commands, always the same: overlong, binary, cut short, out of order, with numbers that don't fit. Each but the
/// cut ones ends with `%`, and none asks for more than two inferences.
pub fn commands(count: usize) -> impl Iterator<Item = Vec<u8>> {
    let mut random = Random(0x6a6f_756c);
    (0..count).map(move |_| command(&mut random))
}

const WORDS: [&str; 16] = [
    "name",
    "profile",
    "help",
    "timestamp",
    "results",
    "db",
    "load",
    "print",
    "db load",
    "infer",
    "%",
    " ",
    "\r\n",
    "0",
    "-1",
    "db 00",
];
const NUMBERS: [&str; 8] = ["0", "-1", "27648", "27649", "99999999999", "-2147483649", "0x10", "1e9"];

fn command(random: &mut Random) -> Vec<u8> {
    let mut command = match random.below(16) {
        0..3 => (0..random.below(300)).map(|_| random.byte()).collect(),
        3..6 => vec![random.byte(); 81 + random.below(200)],
        6 if random.below(16) == 0 => {
            format!("infer {} {}", 1 + random.below(2), random.below(2)).into_bytes()
        }
        6 => format!("infer 1 {}", random.of(&["-1", "1000001", "99999999999"])).into_bytes(),
        7 => format!("infer {}", random.of(&["0", "-1", "-2147483649", "99999999999", "x"])).into_bytes(),
        8..10 => format!("db load {}", random.of(&NUMBERS)).into_bytes(),
        10 => {
            let digits: String =
                (0..random.below(90)).map(|_| random.of(&["a", "F", "0", "9", "g", "-"])).collect();
            format!("db {digits}").into_bytes()
        }
        11 => format!("db load {}%", 1 + random.below(40)).into_bytes(),
        _ => {
            // `infer` and a number would be ten inferences of warm-up.
            let words: Vec<_> = (0..random.below(6)).map(|_| random.of(&WORDS)).collect();
            words.join(random.of(&[" ", "", "  "])).replace("infer", "infe\0r").into_bytes()
        }
    };
    // One in eight is cut: the next goes on where it stopped.
    if random.below(8) == 0 {
        command.truncate(command.len() / 2);
        command.retain(|byte| *byte != b'%');
        return command;
    }
    command.push(b'%');
    command
}

/// xorshift32: enough to vary bytes.
struct Random(u32);

impl Random {
    fn next(&mut self) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next()).unwrap_or(0) % limit
    }

    fn byte(&mut self) -> u8 {
        let [_, byte, ..] = self.next().to_le_bytes();
        byte
    }

    fn of(&mut self, words: &[&'static str]) -> &'static str {
        words.get(self.below(words.len())).copied().unwrap_or_default()
    }
}
