// What caches may do with what is served: the rule of image/host/nginx.conf.
#pragma once

#include <string>
#include <string_view>

namespace hallmark {

enum class CacheClass {
  kImmutable,  // a path whose bytes never change: of pool/, apk/, by-hash/, tiles of a log
  kNoCache,    // replaced in place: a cache has to ask each time
};

CacheClass cache_class(const std::string& path);

// The Cache-Control header that a host should send.
const char* cache_control(CacheClass wanted);

// Is what this header says as good? For kNoCache anything is by which no cache answers without
// asking.
bool is_served_as(CacheClass wanted, std::string_view untrusted_header);

}  // namespace hallmark
