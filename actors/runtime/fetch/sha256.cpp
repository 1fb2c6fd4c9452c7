#include "actors/runtime/fetch/sha256.hpp"

#include <array>
#include <cerrno>
#include <stdexcept>
#include <vector>

#include <openssl/evp.h>
#include <unistd.h>

namespace entente::runtime {

namespace {

constexpr std::size_t piece = 1024 * 1024;

}  // namespace

sha256::sha256() : context_(EVP_MD_CTX_new()) {
  if (!context_ || EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1)
    throw std::runtime_error{"the cryptographic library has no SHA-256"};
}

void sha256::release::operator()(evp_md_ctx_st* x) const {
  EVP_MD_CTX_free(x);
}

void sha256::add(std::string_view bytes) {
  EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
}

std::string sha256::hex() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  EVP_DigestFinal_ex(context_.get(), digest.data(), &size);
  std::string result;
  for (unsigned int i = 0; i < size; ++i) {
    result += "0123456789abcdef"[digest[i] >> 4];
    result += "0123456789abcdef"[digest[i] & 15];
  }
  return result;
}

std::variant<std::string, failure> sha256_of(const unique_fd& file) {
  sha256 sum;
  std::vector<char> buffer(piece);
  ::lseek(file.value(), 0, SEEK_SET);
  for (;;) {
    auto count = ::read(file.value(), buffer.data(), buffer.size());
    if (count == 0)
      return sum.hex();
    if (count > 0)
      sum.add({buffer.data(), static_cast<std::size_t>(count)});
    else if (errno != EINTR)
      return make_failure(errno, "cannot read it");
  }
}

}  // namespace entente::runtime
