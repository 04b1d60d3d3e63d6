/// What each namespace holds, for the API reference.

/// Tensors, the tape, layers' base, models: the framework itself.
namespace cornu {}
/// Functions of tensors, each with its gradient.
namespace cornu::ops {}
/// Layers, as Keras names them.
namespace cornu::layers {}
/// Optimizers.
namespace cornu::optim {}
/// Specialisations of fmt::formatter, so that `fmt::format("{}", tensor)` works.
namespace fmt {}
