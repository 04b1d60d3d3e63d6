// Whole .keras files: zip, JSON, HDF5, and the model that is made of them.
#include <cstddef>
#include <cstdint>
#include <span>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/saving/load_model.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    cornu::LoadReport report;
    cornu::load_model(std::as_bytes(std::span(data, size)), {.report = &report}, "fuzz");
  } catch (const cornu::Error&) {
  }
  return 0;
}
