# What Entente is built with. Imported targets are system includes: their warnings are not ours.

set(ENTENTE_CAF_VERSION 0.18.7)

# An installed CAF that is new enough is taken as it is; else the one that `./dev setup` built.
macro(entente_find_caf)
  find_package(CAF QUIET COMPONENTS core io openssl)
  if(NOT CAF_FOUND OR CAF_VERSION VERSION_LESS ENTENTE_CAF_VERSION)
    if(DEFINED ENV{XDG_CACHE_HOME} AND NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
      set(entente_cache "$ENV{XDG_CACHE_HOME}/entente")
    else()
      set(entente_cache "$ENV{HOME}/.cache/entente")
    endif()
    unset(CAF_DIR CACHE)
    # ./dev adds to the version how much CAF logs, which is all the same here.
    file(GLOB entente_built "${entente_cache}/caf-${ENTENTE_CAF_VERSION}-*")
    find_package(CAF QUIET COMPONENTS core io openssl NO_DEFAULT_PATH PATHS ${entente_built})
    if(NOT CAF_FOUND)
      message(FATAL_ERROR
        "CAF ${ENTENTE_CAF_VERSION} or newer is not installed, nor is it in ${entente_cache}.\n"
        "Run ./dev setup, which builds it, or name its prefix in CMAKE_PREFIX_PATH.")
    endif()
  endif()
  message(STATUS "CAF ${CAF_VERSION}: ${CAF_DIR}")
endmacro()

entente_find_caf()
find_package(Threads REQUIRED)
find_package(CapnProto REQUIRED)
find_package(nlohmann_json 3.9 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(spdlog REQUIRED)
find_package(CURL REQUIRED)
find_package(LibArchive REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(SQLite3 REQUIRED)
# RE2 has no CMake package of its own on Debian.
find_package(PkgConfig REQUIRED)
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET GLOBAL re2)
