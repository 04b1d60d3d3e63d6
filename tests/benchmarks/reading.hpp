#pragma once
#include <string>

namespace cornu::benchmarks {

/// Reads the file at `path` once and prints how long that took, on the clock and of the CPU, in seconds, and the peak
/// of the program's memory in bytes.
///
///   cat      read() into one buffer of 128 KiB, again and again
///   fresh    read() into new memory of the file's size, in huge pages, in blocks of 256 KiB
///   vectors  explore::read_vectors
///   npz      read_npz
void time_reading(const std::string& what, const std::string& path);

}  // namespace cornu::benchmarks
