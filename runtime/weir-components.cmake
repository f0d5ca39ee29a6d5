# Parts of the runtime that need another library: there if that is.

find_package(CURL 7.85 QUIET)
if(CURL_FOUND AND NOT TARGET weir::http)
  add_library(weir::http INTERFACE IMPORTED)
  target_link_libraries(weir::http INTERFACE weir::weir CURL::libcurl)
endif()

find_package(OpenSSL 3 QUIET)
if(OPENSSL_FOUND AND NOT TARGET weir::tls)
  add_library(weir::tls INTERFACE IMPORTED)
  target_link_libraries(weir::tls INTERFACE weir::weir OpenSSL::SSL)
endif()
