#pragma once
// Internal: OpenBLAS, set up as the products of matrices want it.

namespace cornu::kernels {

/// Called before OpenBLAS is; the first call sets it up:
/// - one thread a call, because a product's result must not depend on their number, and OpenBLAS cuts the work by it;
/// - on a CPU that is newer than OpenBLAS, the kernels for the newest CPU that it knows and this one can stand for.
///   OpenBLAS itself falls back on its oldest ones (SSE3), which take four to six times as long. Left alone where the
///   environment variable OPENBLAS_CORETYPE says which to take.
void prepare_blas();

}  // namespace cornu::kernels
