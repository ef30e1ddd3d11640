# A package that no approval and no build covers is put into the repository by hand: the signer refuses the index,
# names the package, and what is served stays as it was.

host_start host
before=$(sha256sum host/srv/hallmark/www/dists/stable/InRelease)
make_deb intruder 1.0
check 'the repository takes any package' hallmark repo include stable intruder_1.0_all.deb
refused 4 'intruder' 'signing an index with it' hallmark compose figlet "$figlet"
check 'what is served is unchanged' test \
  "$before" = "$(sha256sum host/srv/hallmark/www/dists/stable/InRelease)"
