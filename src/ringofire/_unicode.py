"""What ringofire knows of Unicode: four tables, pinned to version 14.0 and read only when needed.

`unicodedata` differs from Python to Python, and a log must be judged alike by all of them (G12).
Python 3.11 has the oldest that is supported, so what it leaves unassigned stays unassigned; the
emoji of Unicode 15.0 to 18.0 are let in by name. `tests/unicode_pins.py` writes these tables and
says how to widen them; they never narrow.

UNASSIGNED, INVISIBLE and PICTOGRAPHIC are sets of code points: the distances, base 36, from each
edge of the set to the next, starting outside at 0. Their sources: `unicodedata` 14.0;
Default_Ignorable_Code_Point and two signs without ink; Extended_Pictographic of emoji-data.txt.
A row of CONFUSABLE is what some signs look like in ASCII, then the signs, hexadecimal: from
confusables.txt of UTS 39, version 15.0. Derived from Unicode data files, (c) Unicode, Inc.,
https://www.unicode.org/license.txt.
"""

__all__ = ["CONFUSABLE", "INVISIBLE", "PICTOGRAPHIC", "UNASSIGNED"]

UNASSIGNED = """
oo 2 6 4 7 1 1 1 k 1 b1 1 12 2 1e 2 3 1 1j 8 r 4 6 b 7i 1 1o 2 2t e 1n 2 1d 2 f 1 s 2 1 1 b 5 v 1 2
6 6k 1 8 2 2 2 m 1 7 1 1 3 4 2 9 2 2 2 4 8 1 4 2 1 5 2 p 2 3 1 6 4 2 2 m 1 7 1 2 1 2 1 2 2 1 1 5 4
2 2 3 3 1 7 4 1 1 7 h a 3 1 9 1 3 1 m 1 7 1 2 1 5 2 a 1 3 1 3 2 1 f 4 2 c 7 7 1 3 1 8 2 2 2 m 1 7 1
2 1 5 2 9 2 2 2 3 7 3 4 2 1 5 2 i a 2 1 6 3 3 1 4 3 2 1 1 1 2 3 2 3 3 3 c 4 5 3 3 1 4 2 1 6 1 e l 5
d 1 3 1 n 1 g 2 9 1 3 1 4 7 2 1 3 2 1 2 4 2 a 7 m 1 3 1 n 1 a 1 5 2 9 1 3 1 4 7 2 6 2 1 4 2 a 1 2 d
d 1 3 1 1f 1 3 1 6 4 g 2 q 1 3 1 i 3 o 1 9 1 1 2 7 3 1 4 6 1 1 1 8 6 a 2 3 c 1m 4 t 11 2 1 1 1 5 1
o 1 1 1 n 2 5 1 1 1 6 2 a 2 4 w 20 1 10 4 13 1 10 1 f 1 d 11 5i 1 1 5 1 2 ah 1 4 2 7 1 1 1 4 2 15 1
4 2 x 1 4 2 7 1 1 1 4 2 f 1 1l 1 4 2 1v 2 w 3 q 6 2e 2 6 2 il 3 2h 7 m 9 o 9 k c d 1 3 1 2 c 2m 2 a
6 a 6 q 6 2h 7 17 5 1y a v 1 c 4 c 4 1 3 16 2 5 b 18 4 q 6 b 3 1q 2 1t 1 t 2 b 6 a 6 e 2 v 1d 25 3
1b 1 38 8 1o 3 f 3 1o 7 17 2 b 8 17 5 eu 2 6 2 12 2 6 2 8 1 1 1 1 1 1 1 v 2 1h 1 f 1 e 2 6 1 j 2 3
1 9 1 2t 1 c 2 r 1 d 3 x f x f 3w 4 if p b l 1ec 2 w 1 9p 5 19 1 1 5 1 2 1k 7 2 e o 9 7 1 7 1 7 1 7
1 7 1 7 1 7 1 7 1 3i y q 1 2h c 5y q c 4 1s 1 2e 2 2v 5 17 1 2m 1 2c c 1b 1 mlp 3 1j 9 9o k 54 8 5n
5 2 1 1 1 5 o 1n 3 a 6 1k 8 1y 8 c 6 38 b u 3 26 1 b 4 x 1 1j 9 e 2 a 2 2v o s a 6 2 6 2 6 9 7 1 7
1 1o 4 3i 2 a 6 8mc c n 4 1d 4 6su 2 2y 12 7 c 5 5 q 1 5 1 1 1 2 1 2 1 3h g cd 2 1i 7 1 w 16 6 1f 1
j 1 4 4 5 1 3r 2 1 1 5a 3 6 2 6 2 6 2 3 3 7 1 7 a 5 2 c 1 q 1 j 1 2 1 f 2 e y 3f 5 3 4 19 3 2g 1 d
3 1 1b 1a 3m t 3 1d f s 4 10 9 u 5 17 5 u 1 11 4 e 16 4e 2 a 6 10 4 10 4 14 8 1g b c 1 f 1 7 1 2 1
b 1 f 1 7 1 2 1v 8n 9 m a 8 o 6 1 16 1 9 1x 6 2 1 1 18 1 2 3 1 2 n 1 20 8 9 1c j 1 2 5 x 3 r 5 1 1s
1k 4 k 2 1e 1 2 5 8 1 3 1 t 2 3 4 a 7 9 7 1s w 13 4 c 9 1i 3 t 2 r 5 q 7 4 c 7 28 21 1j 1f d 1f 7
1a 8 a 86 v 1 16 1 3 2 2 26 14 8 16 m q 12 s k n 9 26 4 10 9 1w a 1 2 p 7 a 6 1h 1 i 8 13 9 2o 1 k
b i 1 18 1t 7 1 1 1 4 1 f 1 b 6 1n 5 a 6 4 1 8 2 2 2 m 1 7 1 2 1 5 1 a 2 2 2 3 2 1 6 1 5 7 2 7 3 5
3v 2k 1 5 u 20 8 a 4m 1i 2 12 y 1x b a 6 d j 1m 6 a 1i r 2 f 4 n 55 1o 2s 2b c 8 2 1 2 8 1 2 1 u 1
2 2 c 9 a 1y 8 2 1a 2 b r 20 8 2b d 21 7b 9 1 19 1 e a t 3 w 2 m 1 e 21 7 1 2 1 18 3 1 1 2 1 9 8 a
6 6 1 2 1 11 1 2 1 6 7 a 8m p 53 1 f 1e d pn 2u 33 1 5 b 5g 218 2r d tr 1 9 347 g7 6nt ft 7 v 1 a 4
29 1 a 6 u 2 6 a 1y a a 1 7 1 l 5 j j4 2j 2t 23 4 1l 7 h 1s 5 b 2 e 4qg 8 ye 16 9 6w7 4 1 7 1 2 1
83 19 3 h 4 8 b0 1s4 2z 5 d 3 9 7 a 2 8 3mk 1a 2 n 9 38 1o 6u a 13 2 5e l 1y 4a k c 2f 9 p 3r 2d 1
1z 1 2 2 1 2 2 2 4 1 c 1 1 1 7 1 1t 1 4 2 8 1 7 1 s 1 4 1 5 1 1 3 7 1 9g 2 84 2 ji f 5 1 f uo v 69
7 1 h 2 7 1 2 1 5 5x 19 3 e 2 a 4 2 8w v h 1m 5 1 yo 7 1 4 1 2 1 f 1 5h 2 g 15 24 4 a 4 2 lt 1w 24
1p 5e 4 1 r 1 2 1 1 2 1 1 a 1 4 1 1 1 1 6 1 4 1 1 1 1 1 1 3 1 2 1 1 2 1 1 1 1 1 1 1 1 1 1 2 1 1 2 4
1 7 1 4 1 4 1 1 1 a 1 h 5 3 1 5 1 h 1g 2 7i 18 4 2s c f 2 f 1 f 1 11 a 4u 1k t d 18 4 9 7 2 e 6 4a
re 2 h 3 d 3 38 c 2h 7 c 4 1 f c 4 1k 8 a 6 14 8 u 2 2 26 9g c e 2 d 3 1z 1 1 3 i 1 d 3 c 5 43 1 1j
11 a sm wyo w 37d 7 66 2 4g2 e 5rl 2e7 f2 15u 3t7 fcfq 1 u 2o 3k 6o 1e6o 1eke 2 1eke 2
"""

INVISIBLE = """
4t 1 ip 1 jw 1 282 2 18z 2 2d 5 1kr 5 q 5 1d g 1hs 1 1ur 1 14ez g 6n 1 4g 1 27 9 119j 4 439 1 p 8
h405 35s
"""

PICTOGRAPHIC = """
4p 1 4 1 68d 1 c 1 60 1 m 1 2i 6 f 2 a7 2 c 1 2n 1 1y 1 p b 4 3 5j 1 6f 2 a 1 9 1 1m 4 1 6 1 c 1 36
a 3a 2 b 1 1 1 1 6 1 3 1 6 1 a 2 f 1 2 1 4 1 1 1 4 3 1 1 b 5 19 3 9 1 e 1 e 1 ac 2 cv 3 j 2 1f 1 4
1 yi 1 c 1 gp 1 1 1 2fza 74 d 3 v 1 1o 6 c 2 e 1 2 a i 1l r f a 1 k 1 2 9 1 4 9 c2 5 8u 8 7e 1c 3k
38 c 2d 17 c 4 1k 8 a 6 14 8 u 2a c 1b 1 a 1 c9 74 se
"""

CONFUSABLE = r"""
! 1c3 2d51
& a778
' 60 2b9 2bb 2bc 2bd 2be 2c8 2ca 2cb 2f4 55a 55d 5d9 5f3 7f4 7f5 144a 16cc 2018 2019 201b 2032 2035
' a78c
'' 22 2ba 2ee 2f6 5f2 5f4 1cd3 201c 201d 201f 3003
'b 253
'd 257
'p 1a5
't 1ad
'y 1b4
( 2768 2772 3014 fd3e
(( 2e28
) 2769 2773 3015 fd3f
)) 2e29
* 66d 204e 2217 1031f
+ 16ed 2795 1029b
+2 2a27
, 60d 66b 201a a4f9
- 2d7 6d4 2010 2012 2013 2043 2212 2796 2cbb
-. a4fe
. 660 6f0 701 702 a4f8 a60e 10a50
., a4fb
.. a4fa
/ 1735 2041 2044 2215 2571 27cb 29f8 2cc7 3033 30ce 31d3 4e3f 1d23a
// 2afd
/// 2afb
2 1a8 3e9 14bf a645 a6ef a75b
3 21d 25c 292 437 4e1 2ccd a76b 118ca 16f3b 1d206
4 13ce 118cf
5 118db
6 431 13ee 2cd3 118d5
7 104fa 118c6 1d212
8 223 9ea a6a 1031a 1e8cb
9 9ed a67 b68 d6d 2ccb a76f 118cc 118d6
: 2d0 2f8 589 5c3 703 704 16ec 1803 1809 205a 2236 a4fd a789
< 2c2 1438 16b2 2039 276e 1d236
<< 226a
<<< 22d8
= 1400 2e40 30a0 a4ff
> 2c3 1433 203a 276f 16f3f 1d237
>< 2aa5
>> 226b 2a20
>>> 22d9
? 242 294 97d 13ae a6eb
\ 2216 27cd 29f5 29f9 31d4 4e36 1d20f 1d23b
\\ 244a 2cf9
^ 2c4 2c6
_ 7fa
a 251 3b1 430 13aa 15c5 237a a4ee 102a0 16f40
aa a733
ae e6 4d5
ao a735
ar 1f707
au a737
av a739 a73b
ay a73d
b 185 432 44c 13cf 13f4 1472 15af 15f7 a4d0 10282 102a1 10301
b' 1488
bl 44b
c 441 13df 1d04 2ca5 a4da 102a2 10302 1043d 1051c 118e9 118f2 1f74c
c' 188
d 501 13a0 13e7 146f 15de 15ea a4d2 a4d3
d' 1487
dz 2a3
e 3b5 435 4bd 13ac 212e 22ff 2d39 a4f0 ab32 10286 118ce
f 3dd 584 15b4 1e9d a4dd a799 ab35 10287 102a5 10525 118c2 1d213
g 18d 261 50d 581 13c0 13f3 1d83 a4d6
g' 260
h 3b7 43d 4bb 570 13bb 13c2 157c 2c8f a4e7 102cf
j 29d 3f3 458 13ab 148d a4d9
k 3ba 43a 13e6 16d5 2c95 a4d7 10518
k' 199
l 31 69 7c 131 1c0 269 26a 3b9 456 4cf 5c0 5d5 5df 627 661 6f1 7ca 13a5 13de 14aa 16c1 2223 2373
l 23fd 2c93 2cd1 2d4f a4e1 a4f2 a647 1028a 10309 10320 10443 10526 118c3 118d2 16f16 16f28 1d22a
l 1e8c7
l' 5f1
ll 1c1 5f0 2016 2225
lo 44e 23e8
ls 2aa
lt 20b6
lz 2ab
n 578 57c 2c9b a4e0 10513
o 30 3bf 3c3 43e 585 5e1 647 665 6be 6c1 6d5 6f5 7c0 966 9e6 a66 ae6 b20 b66 be6 c66 ce6 d20 d66
o e50 ed0 101d 1040 10ff 12d0 1d0f 1d11 2c9f 2d54 3007 a4f3 ab3d 10292 102ab 1042c 104ea 10516
o 114d0 118c8 118d7 118e0
o' 13a4
o/o 25 66a 2052
o/oo 609 2030
o/ooo 60a 2031
oe 153
oo 221e a699 a74f
p 3c1 440 13e2 146d 2374 2ca3 a4d1 10295
p' 1486
q 51b 563 566 2d55
qe 1f700
r 280 433 13a1 13d2 1587 1d26 2c85 a4e3 ab47 ab48 104dc 16f35 1d216
r' 491
rn 6d 3bc 3fb 43c 13b7 15f0 16d6 2c99 a4df 102b0 10311 11700 118e3
rnb 1f76b
s 1bd 455 57f 13d5 13da a4e2 a731 10296 10448 118c1 16f3a
ss 3b2 13f0 a7b5
sss 1f75c
t 3c4 442 13a2 22a4 27d9 2ca7 a4d4 10297 102b1 10315 16f0a 1f768
t3 a729
tf a777
ts 2a6
u 28b 3c5 57d 1200 144c 1d1c 222a 22c3 a4f4 a79f ab4e ab52 104f6 118d8 16f42
u' 1467
ue 1d6b
uo ab63
v 3bd 475 5d8 667 6f7 13d9 142f 1d20 2228 22c1 2d38 a4e6 a6df 1051d 11706 118c0 16f08 1d20d
vb 1f76c
w 26f 461 51d 561 13b3 13d4 1d21 a4ea 1170a 1170e 1170f 118e6 118ef
x d7 3c7 445 1541 157d 166d 166e 16b7 2573 292b 292c 2a2f 2cad 2d5d a4eb ab53 10290 102b4 10317
x 10322 10527 118ec
y 263 28f 3b3 443 4af 10e7 13a9 13bd 1d8c 1eff 2ca9 a4ec ab5a 102b2 118dc 16f43
z 3b6 13c3 1d22 a4dc 102f5 118c4 118c9 118e5
{ 2774 1d114
} 2775
~ 2053 223c
"""
