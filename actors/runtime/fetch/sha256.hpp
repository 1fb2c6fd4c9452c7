#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "actors/runtime/failure.hpp"
#include "actors/runtime/unique_fd.hpp"

struct evp_md_ctx_st;

namespace entente::runtime {

/// The SHA-256 of bytes that come piece by piece.
class sha256 {
public:
  sha256();

  void add(std::string_view bytes);

  /// In hexadecimal, small letters. Nothing may be added after it.
  std::string hex();

private:
  struct release {
    void operator()(evp_md_ctx_st* x) const;
  };
  std::unique_ptr<evp_md_ctx_st, release> context_;
};

/// The SHA-256 of a file, from its begin; its place is at its end then.
std::variant<std::string, failure> sha256_of(const unique_fd& file);

}  // namespace entente::runtime
