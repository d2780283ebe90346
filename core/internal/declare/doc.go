// Package declare holds the declarations of an application, without type
// parameters: its events, and its functions with their triggers and options. It
// checks them all.
package declare
