// Package declare holds what an application declares, without type
// parameters: the definitions of its events, and its functions with their
// triggers and options. It checks them all.
package declare
