// Bytes as a zip archive, whose members are read and taken for JSON, and as JSON themselves:
//
//     clang++-14 -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined …
//
// A finding is what ends in anything but a FileError, and JSON that is not written as it was read.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/formats/json/parse.hpp>
#include <cornu/framework/formats/zip/reader.hpp>

namespace {

using namespace cornu;

void try_json(std::string_view text) {
  try {
    const std::string written = formats::parse_json(text, "x.json").to_json();
    if (formats::parse_json(written, "x.json").to_json() != written) std::abort();
  } catch (const FileError&) {
  }
}

void try_zip(std::span<const std::byte> bytes) {
  try {
    const formats::ZipReader archive(bytes, "x.zip");
    for (const formats::ZipMember& member : archive.members()) {
      const std::string text = archive.read_text(member);
      if (text.size() != member.size) std::abort();
      try_json(text);
    }
  } catch (const FileError&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::byte> bytes = std::as_bytes(std::span(data, size));
  try_zip(bytes);
  try_json({reinterpret_cast<const char*>(data), size});
  return 0;
}
