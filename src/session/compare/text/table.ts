// A table: facts of the planets, which belong to nobody.
export const table = `| planet  | from the Sun (million km) | diameter (km) | day (hours) | year (days) | moons | rings |
| ------- | ------------------------: | ------------: | ----------: | ----------: | ----: | ----- |
| Mercury |                      57.9 |         4,879 |      4222.6 |        88.0 |     0 | no    |
| Venus   |                     108.2 |        12,104 |      2802.0 |       224.7 |     0 | no    |
| Earth   |                     149.6 |        12,756 |        24.0 |       365.2 |     1 | no    |
| Mars    |                     228.0 |         6,792 |        24.7 |       687.0 |     2 | no    |
| Jupiter |                     778.5 |       142,984 |         9.9 |      4331.0 |    95 | yes   |
| Saturn  |                    1432.0 |       120,536 |        10.7 |     10747.0 |   146 | yes   |
| Uranus  |                    2867.0 |        51,118 |        17.2 |     30589.0 |    28 | yes   |
| Neptune |                    4515.0 |        49,528 |        16.1 |     59800.0 |    16 | yes   |
`;
