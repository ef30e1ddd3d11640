# One approval where the policy asks for two: the signer refuses, and no key is used.

rm terminal/releases/approvals/figlet/"$figlet"/bob.sig
refused 4 '1 of 2' 'releasing with one approval' hallmark release figlet "$figlet"
check 'nothing was signed' test ! -e terminal/push/tree/dists/stable/InRelease
check 'with the second approval it can go on' approve bob
