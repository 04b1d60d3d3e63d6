#pragma once
#include <cstdint>

#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

/// How many threads work at a time on what one thread of the program asks for: that thread and `count` − 1 of a pool,
/// which oneTBB keeps for the whole process. Results do not depend on it, to the bit: work is cut by shapes alone. What
/// is too small to gain runs on the calling thread, and no other is started for it. Holds for all threads of the
/// program, from their next op on.
///
/// - Any number of threads may train, predict or compute at a time, each its own models and tensors; predict may be
///   called for one model from several.
/// - A program that uses oneTBB itself shares its workers with the library. It may call the library from its own
///   tasks; while such a call waits for its pieces, it runs no task of the program.
/// - After fork() the child works on the thread that called fork, if the parent had used more.
/// - What a piece throws on another thread, the call throws.
///
/// Throws ValueError unless 1 ≤ count ≤ 256.
void set_num_threads(std::int64_t count);

/// The number set; without one that of the environment variable CORNU_NUM_THREADS; without that the number of CPUs
/// that the process may use, by its affinity mask and the quota of its control groups.
/// Throws ValueError if the variable is no number from 1 to 256.
std::int64_t num_threads();

}  // namespace cornu
CORNU_EXPORT_END
