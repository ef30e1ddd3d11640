# Accepted, put into the repository and signed: everything but publishing.

for verb in accept sign compose; do
  check "hallmark $verb" hallmark "$verb" figlet "$figlet"
done
