// Catch2 3's header for a machine that has Catch2 2 (Debian 12), whose one header has it all.
#pragma once

#include <catch2/catch.hpp>
