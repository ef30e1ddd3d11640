#include "signer/sibling_line.hpp"

#include <algorithm>

#include "core/model/approval.hpp"
#include "core/safe_path.hpp"
#include "signer/fdroid_facts.hpp"
#include "signer/kept_request.hpp"
#include "verify/checksums.hpp"
#include "verify/log/tiles.hpp"

namespace hallmark {
namespace {

// Nothing in a line is that long.
constexpr uint64_t kMaxNumber = uint64_t{1} << 53U;

// Takes a line's keys one by one; the first thing that is wrong is what the line is refused for.
class LineReader {
 public:
  LineReader(const Json& line, std::string subject) : line_(line), subject_(std::move(subject)) {}

  bool has(const char* key) const { return line_.contains(key); }
  std::string text(const char* key) {
    const auto found = line_.find(key);
    if (found != line_.end() && found->is_string()) return found->get<std::string>();
    fail(std::string("lacks the text '") + key + "'");
    return {};
  }
  uint64_t number(const char* key) {
    const auto found = line_.find(key);
    if (found != line_.end() && found->is_number_unsigned() &&
        found->get<uint64_t>() <= kMaxNumber) {
      return found->get<uint64_t>();
    }
    fail(std::string("lacks the number '") + key + "'");
    return 0;
  }
  // Words without white space.
  std::vector<std::string> words(const char* key) {
    std::vector<std::string> out;
    const auto found = line_.find(key);
    const bool is_list = found != line_.end() && found->is_array();
    for (const Json& item : is_list ? *found : Json::array()) {
      if (item.is_string()) out.push_back(item.get<std::string>());
    }
    const bool all_words = std::all_of(out.begin(), out.end(), [](const std::string& word) {
      return !word.empty() && word.find_first_of(" \t\r\n\v\f") == std::string::npos;
    });
    if (!is_list || out.size() != found->size() || !all_words) {
      fail(std::string("lacks the words '") + key + "'");
    }
    return out;
  }
  int64_t time(const char* key) {
    const Result<int64_t> time = parse_utc(text(key));
    if (time.ok()) return *time;
    fail(std::string("has a '") + key + "' that is no time");
    return 0;
  }
  Sha256Digest digest(const char* key) {
    const Result<Sha256Digest> digest = Sha256Digest::from_hex(text(key));
    if (digest.ok()) return *digest;
    fail(std::string("has a '") + key + "' that is no SHA-256");
    return {};
  }
  void fail(const std::string& cause) {
    if (status_.ok()) status_ = verification_error(subject_, cause);
  }
  const Status& status() const { return status_; }

 private:
  const Json& line_;
  std::string subject_;
  Status status_ = ok_status();
};

// Whose line it was first, if the sibling adopted it.
void read_origin(LineReader& reader, SiblingLine& line) {
  if (!reader.has("sibling")) return;
  line.origin = reader.text("sibling");
  line.origin_sequence = reader.number("sibling_sequence");
  line.origin_time = reader.time("sibling_time");
  if (!is_plain_name(line.origin)) reader.fail("names a sibling whose name is none");
}

void read_evidence(LineReader& reader, SiblingLine& line) {
  if (line.kind == "policy") line.new_policy = reader.digest("sha256").hex();
  // The first policy of a terminal was put there by its ceremony, and by no request.
  if (line.kind == "policy" && !reader.has("request")) return;
  line.request = reader.digest("request").hex();
  line.policy = reader.digest("policy").hex();
  if (reader.has("number")) line.number = reader.number("number");
  read_origin(reader, line);
}

// sibling-work tells of it what has to be handed in: one line that cannot be told of would be in
// the way of all.
void check_acceptance(LineReader& reader) {
  reader.digest("sha256");
  for (const char* key : {"name", "component", "lock", "manifest", "path"}) {
    if (reader.has(key)) reader.text(key);
  }
  if (reader.has("size")) reader.number("size");
}

std::optional<KnownRelease> read_release(LineReader& reader, const SiblingLine& line) {
  KnownRelease release;
  release.terminal = line.terminal;
  release.suite = reader.text("suite");
  release.sha256 = reader.digest("sha256");
  release.date = reader.time("date");
  const std::string name = reader.text("name");
  for (const char* file : {"Release", "InRelease"}) {
    if (name == "dists/" + release.suite + "/" + file) release.file = file;
  }
  if (release.file.empty()) return std::nullopt;
  return release;
}

KnownRelease read_fdroid_index_line(LineReader& reader, const SiblingLine& line) {
  return {line.terminal, kFdroidSuite, kFdroidFile, reader.digest("sha256"), reader.time("date")};
}

SignedApk read_apk(LineReader& reader) {
  SignedApk apk;
  apk.unsigned_sha256 = reader.digest("unsigned_sha256");
  apk.apk.sha256 = reader.digest("sha256");
  apk.apk.size = static_cast<int64_t>(reader.number("size"));
  if (!reader.has("idsig_sha256")) return apk;
  SignedFile& idsig = apk.idsig.emplace();
  idsig.sha256 = reader.digest("idsig_sha256");
  idsig.size = static_cast<int64_t>(reader.number("idsig_size"));
  return apk;
}

std::optional<KnownChecksums> read_checksums(LineReader& reader, const SiblingLine& line) {
  KnownChecksums known;
  known.product = reader.text("product");
  known.version = reader.text("version");
  known.terminal = line.terminal;
  known.keys = reader.words("keys");
  known.file.sha256 = reader.digest("sha256");
  known.file.size = static_cast<int64_t>(reader.number("size"));
  if (!is_plain_name(known.product) || !is_version_name(known.version)) {
    reader.fail("names a release whose name is none");
  }
  const std::string name = reader.text("name");
  const std::string folder = checksums_folder(known.product, known.version);
  for (const char* file : {kChecksumsFile, kChecksumsOpenPgpFile, kChecksumsSshsigFile}) {
    if (name == folder + file) known.name = file;
  }
  if (known.name.empty()) return std::nullopt;
  return known;
}

// What comes into a suite, or goes.
void read_move(LineReader& reader, SiblingLine& line) {
  if (reader.has("sha256")) line.sha256 = reader.digest("sha256").hex();
  if (reader.has("suite")) line.suite = reader.text("suite");
  if (reader.has("component")) line.component = reader.text("component");
  if (line.kind != "acceptance" || !reader.has("package")) return;
  line.package = reader.text("package");
  line.package_version = reader.text("package_version");
  line.architecture = reader.text("architecture");
}

bool is_move(const std::string& kind) {
  return kind == "acceptance" || kind == "promotion" || kind == "withdrawal";
}

void read_by_kind(LineReader& reader, ReadLine& out) {
  if (leads_to_lines(out.line.kind)) read_evidence(reader, out.line);
  if (is_move(out.line.kind)) read_move(reader, out.line);
  if (out.line.kind == "acceptance") check_acceptance(reader);
  if (out.line.kind == "release") out.release = read_release(reader, out.line);
  if (out.line.kind == "apk") out.apk = read_apk(reader);
  if (out.line.kind == "checksums") out.checksums = read_checksums(reader, out.line);
  if (out.line.kind == "fdroid-index") out.release = read_fdroid_index_line(reader, out.line);
}

}  // namespace

Result<ReadLine> read_sibling_line(std::string_view untrusted_line, const std::string& terminal,
                                   uint64_t sequence) {
  const std::string subject = "line " + std::to_string(sequence) + " of " + terminal + "'s log";
  HALLMARK_TRY(const Json json, parse_json(untrusted_line, subject, {kMaxLogEntry, 64}));
  if (!json.is_object()) return verification_error(subject, "is no object");
  LineReader reader(json, subject);
  ReadLine out;
  out.line.terminal = reader.text("terminal");
  out.line.sequence = reader.number("sequence");
  out.line.time = reader.time("time");
  out.line.kind = reader.text("kind");
  out.line.text = untrusted_line;
  if (reader.status().ok()) read_by_kind(reader, out);
  HALLMARK_CHECK(reader.status());
  if (out.line.terminal != terminal || out.line.sequence != sequence) {
    return verification_error(subject, "says that it is line " + std::to_string(out.line.sequence) +
                                           " of " + out.line.terminal.substr(0, 64));
  }
  return out;
}

}  // namespace hallmark
