// Bytes as an archive of numpy.savez:
//
//     clang++-14 -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined …
//
// A finding is what ends in anything but a FileError.
#include <cstddef>
#include <cstdint>
#include <span>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/formats/npz.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    cornu::read_npz(std::as_bytes(std::span(data, size)), "x.npz");
  } catch (const cornu::FileError&) {
  }
  return 0;
}
