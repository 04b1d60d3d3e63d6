// Any bytes are refused with a FileError or read, within the limits. The checksums of newer files hide what lies behind
// them from a fuzzer; -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION leaves them out.
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <cornu/framework/base/errors.hpp>

#include "tests/framework/formats/hdf5/read_everything.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::vector<std::uint8_t> copy(data, data + size);
  constexpr cornu::formats::Hdf5Limits limits{
      .expanded_bytes = 1 << 24, .objects = 10'000, .depth = 64, .strings = 10'000};
  try {
    cornu::testing::read_everything(std::as_bytes(std::span(copy)), limits);
  } catch (const cornu::FileError&) {
  }
  return 0;
}
