#include "reproducible/build_conditions.hpp"

#include <algorithm>

#include "reproducible/build_recipe.hpp"
#include "reproducible/clock_ahead.hpp"

namespace hallmark {

std::vector<std::string> BuildConditions::variables() const {
  std::vector<std::string> out = {"TZ=" + time_zone,      "LANG=" + locale, "LC_ALL=" + locale,
                                  "LANGUAGE=" + language, "HOME=" + home,   "USER=" + user,
                                  "LOGNAME=" + user,      "PATH=" + path,   "TERM=dumb",
                                  "SHELL=/bin/sh"};
  if (clock_ahead) out.push_back(std::string("LD_PRELOAD=") + kClockAheadLibrary);
  return out;
}

std::array<BuildConditions, 2> build_conditions(const std::vector<unsigned>& cpus, bool same_year) {
  const std::string path = "/usr/sbin:/usr/bin:/sbin:/bin";
  BuildConditions first;
  first.folder = "/build/first";
  first.time_zone = "West+12";
  first.locale = "C.UTF-8";
  first.language = "en_US:en";
  first.umask = "0022";
  first.hostname = "first-builder";
  first.user = "builder";
  first.uid = 1000;
  first.home = "/nonexistent/first-home";
  first.path = path;
  first.cpus = {cpus.front()};
  first.jobs = 1;

  BuildConditions second;
  second.folder = "/home/second/a-longer-path/to-build-in";
  second.time_zone = "East-14";  // 26 hours from the first: never the same date
  second.locale = "C";
  second.language = "fr_CH:fr";
  second.umask = "0002";
  second.hostname = "second";
  second.user = "rebuilder";
  second.uid = 2345;
  second.home = "/nonexistent/second-home";
  second.path = path + ":/nonexistent/second-path";
  second.cpus = cpus;
  second.jobs = std::max<std::size_t>(cpus.size(), 2);
  second.clock_ahead = !same_year;
  return {first, second};
}

std::vector<std::string> differing_conditions(const BuildConditions& a, const BuildConditions& b) {
  const std::pair<const char*, bool> differs[] = {
      {"path", a.folder != b.folder},
      {"time zone", a.time_zone != b.time_zone},
      {"locale", a.locale != b.locale || a.language != b.language},
      {"umask", a.umask != b.umask},
      {"hostname", a.hostname != b.hostname},
      {"CPU count", a.cpus.size() != b.cpus.size()},
      {"parallel jobs", a.jobs != b.jobs},
      {"user", a.user != b.user || a.uid != b.uid},
      {"HOME", a.home != b.home},
      {"PATH", a.path != b.path},
      {"year", a.clock_ahead != b.clock_ahead},
  };
  std::vector<std::string> names;
  for (const auto& [name, different] : differs) {
    if (different) names.emplace_back(name);
  }
  return names;
}

namespace {

// As compilers put a number of four bytes into a program, on the machines that there are.
std::string as_number(const std::string& year) {
  const int number = std::stoi(year);
  return {static_cast<char>(number & 0xff), static_cast<char>(number >> 8), '\0', '\0'};
}

}  // namespace

std::vector<Telltale> telltales(const BuildConditions& a, const BuildConditions& b, int64_t now) {
  const auto year = [now](const BuildConditions& of) {
    return iso_date(now + (of.clock_ahead ? kClockAhead : 0)).substr(0, 4);
  };
  std::vector<Telltale> out = {
      {"path", a.folder, b.folder}, {"HOME", a.home, b.home},
      {"PATH", a.path, b.path},     {"hostname", a.hostname, b.hostname},
      {"year", year(a), year(b)},   {"year, as a number,", as_number(year(a)), as_number(year(b))},
      {"user", a.user, b.user},     {"language", a.language, b.language}};
  std::erase_if(out, [](const Telltale& each) { return each.first == each.second; });
  return out;
}

}  // namespace hallmark
