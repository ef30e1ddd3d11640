# cmake -D FROM=file -D TO=file.cpp -D HEADER=header.hpp -D FUNCTION=name -P EmbedFile.cmake
#
# Writes a source file that defines std::string_view hallmark::FUNCTION(), the bytes of FROM.
file(READ ${FROM} bytes HEX)
string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1, " bytes "${bytes}")
file(WRITE ${TO} "#include \"${HEADER}\"

namespace hallmark {
namespace {
constexpr unsigned char kBytes[] = {
${bytes}};
}

std::string_view ${FUNCTION}() { return {reinterpret_cast<const char*>(kBytes), sizeof(kBytes)}; }

}  // namespace hallmark
")
