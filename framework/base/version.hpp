#pragma once

/// The version of the library that these headers belong to; the build reads its own version from here.
#define CORNU_VERSION_MAJOR 0
#define CORNU_VERSION_MINOR 1
#define CORNU_VERSION_PATCH 0

/// The same as text.
#define CORNU_VERSION "0.1.0"
